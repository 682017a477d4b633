--[[ start: the visitor has come to the window.
  in        window
  refuses   CLOSED  IDLE  WRONG_STATE
  tells     ticket.started ]]
window_command('start', function(hall, arg)
  local w, t = windows.with_ticket(hall, arg, 'start')

  t.state, t.started = 'serving', hall.now
  tell(hall, 'ticket.started', 'ticket', t.number, 'window', w.number)
  tickets.save(hall, t)
  windows.save(hall, w)
end)
