--[[ unpause: going on.
  in        window
  refuses   CLOSED  OPEN
  tells     window.unpaused  (ticket.called | window.asked) ]]
window_command('unpause', function(hall, arg)
  local w = windows.at_work(hall, arg)
  if w.state == 'open' then refuse('OPEN', 'Window ' .. w.number .. ' is not paused.') end

  w.state, w.reason, w.since, w.lost = 'open', nil, hall.now, nil
  tell(hall, 'window.unpaused', 'window', w.number)
  windows.save(hall, w)
  windows.note_owned(hall)
  calling.settle(hall, w)
end)
