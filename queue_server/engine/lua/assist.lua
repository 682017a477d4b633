--[[ assist: the clerk asks for a colleague.
  in        window  reason
  refuses   CLOSED  NO_ASSIST
  tells     window.assist_asked ]]
window_command('assist', function(hall, arg)
  local w = windows.at_work(hall, arg)
  if w.assist then refuse('NO_ASSIST', 'Window ' .. w.number .. ' has asked for help already.') end

  w.assist = 'asked'
  tell(hall, 'window.assist_asked', 'window', w.number, 'reason', arg.reason)
  windows.save(hall, w)
end)
