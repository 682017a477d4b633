--[[ hold: put the ticket aside, until a time when one is given.
  in        window  reason  until
  refuses   CLOSED  IDLE  WRONG_STATE
  tells     ticket.held  (ticket.called | window.asked) ]]
window_command('hold', function(hall, arg)
  local w, t = windows.with_ticket(hall, arg, 'hold')

  t.state, t.reason, t.due = 'held', arg.reason, tonumber(arg['until'])
  if t.due then redis.call('ZADD', hall.root .. ':due', t.due, t.number) end
  tell(hall, 'ticket.held', 'ticket', t.number, 'window', w.number, 'reason', arg.reason,
    'due', t.due)
  tickets.save(hall, t)
  calling.release(hall, w)
end)
