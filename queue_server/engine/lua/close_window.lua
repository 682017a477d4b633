--[[ close_window: the clerk leaves.
  in        window
  refuses   CLOSED  BUSY
  tells     window.closed ]]
window_command('close_window', function(hall, arg)
  local w = windows.at_work(hall, arg)
  if w.ticket then
    refuse('BUSY', 'Window ' .. w.number .. ' still has ticket ' .. w.ticket .. '.')
  end

  windows.stop_asking(hall, w)
  w.state, w.clerk, w.since, w.lanes, w.auto = 'closed', nil, hall.now, nil, nil
  w.lease, w.lost, w.reason, w.assist, w.helper = nil, nil, nil, nil, nil
  redis.call('ZREM', hall.root .. ':leases', w.number)
  tell(hall, 'window.closed', 'window', w.number)
  windows.save(hall, w)
  windows.note_owned(hall)
end)
