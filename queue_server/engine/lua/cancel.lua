--[[ cancel: the visitor gives up.
  in        ticket  reason
  refuses   NO_TICKET  WRONG_STATE
  tells     ticket.cancelled ]]
command('cancel', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'cancel')
  local w = t.state == 'called' and windows.load(hall, t.window)

  if lanes.stands(t) then lanes.leave(hall, t) end
  tickets.finish(hall, t, 'cancelled')
  t.reason, t.window = arg.reason, w and w.number or nil
  tell(hall, 'ticket.cancelled', 'ticket', t.number, 'window', t.window, 'reason', arg.reason)
  tickets.save(hall, t)
  if w then calling.release(hall, w) end
end)
