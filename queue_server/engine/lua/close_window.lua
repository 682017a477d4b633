--[[ close_window: the clerk leaves.
  in        window
  refuses   CLOSED  BUSY
  tells     window.closed ]]
window_command('close_window', function(hall, arg)
  local w = windows.at_work(hall, arg)
  if w.ticket then
    refuse('BUSY', 'Window ' .. w.number .. ' still has ticket ' .. w.ticket .. '.')
  end

  windows.close(hall, w)
  windows.note_owned(hall)
end)
