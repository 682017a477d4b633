--[[ recall: the same call once more.
  in        window
  refuses   CLOSED  IDLE  WRONG_STATE
  tells     ticket.recalled ]]
window_command('recall', function(hall, arg)
  local w, t = windows.with_ticket(hall, arg, 'recall')

  t.calls, t.called = t.calls + 1, hall.now
  tell(hall, 'ticket.recalled', 'ticket', t.number, 'window', w.number, 'calls', t.calls)
  t.call_seq = hall.seq
  calling.await(hall, t)
  tickets.save(hall, t)
  windows.save(hall, w)
end)
