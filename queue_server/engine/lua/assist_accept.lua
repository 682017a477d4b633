--[[ assist_accept: a colleague is coming.
  in        window  helper
  refuses   CLOSED  NO_ASSIST
  tells     window.assist_accepted ]]
command('assist_accept', function(hall, arg)
  local w = windows.load(hall, arg.window)
  if w.assist ~= 'asked' then
    refuse('NO_ASSIST', 'Window ' .. w.number .. ' has not asked for help, or it is coming.')
  end

  w.assist, w.helper = 'accepted', arg.helper
  tell(hall, 'window.assist_accepted', 'window', w.number, 'helper', arg.helper)
  windows.save(hall, w)
end)
