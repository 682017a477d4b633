--[[ pause: nobody is called here for a while; an open ticket may be finished.
  in        window  reason
  refuses   CLOSED  PAUSED
  tells     window.paused ]]
window_command('pause', function(hall, arg)
  local w = windows.at_work(hall, arg)
  if w.state == 'paused' then refuse('PAUSED', 'Window ' .. w.number .. ' is paused already.') end

  windows.stop_asking(hall, w)
  w.state, w.reason, w.since = 'paused', arg.reason, hall.now
  tell(hall, 'window.paused', 'window', w.number, 'reason', arg.reason)
  windows.save(hall, w)
  windows.note_owned(hall)
end)
