--[[ assist_done: the help is over, or no longer needed.
  in        window
  refuses   NO_ASSIST
  tells     window.assist_done ]]
command('assist_done', function(hall, arg)
  local w = windows.load(hall, arg.window)
  if not w.assist then refuse('NO_ASSIST', 'Window ' .. w.number .. ' has no help.') end

  w.assist, w.helper = nil, nil
  tell(hall, 'window.assist_done', 'window', w.number)
  windows.save(hall, w)
end)
