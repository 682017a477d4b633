--[[ open_window: a clerk sits down, or takes over from another (AB岗) with the open ticket.
  in        window  clerk  lanes  auto  lease  take_over
  refuses   INVALID window | lanes  OPEN  NOT_YOURS
  tells     window.opened | window.handed_over  (ticket.called | window.asked) ]]
local function lanes_named(hall, given)
  if not given then return nil end
  local named_lanes = {}
  for lane in string.gmatch(given, '%S+') do
    if not plan_of(hall).lane[lane] then invalid('lanes', 'There is no lane ' .. lane .. '.') end
    named_lanes[#named_lanes + 1] = lane
  end
  return named_lanes
end

local function hand_over(hall, w, arg)
  if not arg.take_over then
    if w.clerk and arg.clerk and w.clerk ~= arg.clerk then
      refuse('NOT_YOURS', 'Another clerk sits at window ' .. w.number .. '.')
    end
    refuse('OPEN', 'Window ' .. w.number .. ' is open already.')
  end
  if not arg.clerk then invalid('clerk', 'Who takes over?') end

  tell(hall, 'window.handed_over', 'window', w.number, 'clerk', arg.clerk, 'from_clerk', w.clerk)
  w.clerk, w.lost = arg.clerk, nil
  windows.save(hall, w)
end

window_command('open_window', function(hall, arg)
  local w = windows.load(hall, arg.window)
  local served = lanes_named(hall, arg.lanes)
  if w.state ~= 'closed' then return hand_over(hall, w, arg) end
  if not plan_of(hall).window[w.number] then
    invalid('window', 'There is no window ' .. w.number .. '.')
  end

  w.state, w.clerk, w.since, w.lanes = 'open', arg.clerk, hall.now, served
  w.auto, w.lease, w.lost, w.reason = arg.auto == '1' or nil, tonumber(arg.lease), nil, nil
  tell(hall, 'window.opened', 'window', w.number, 'clerk', w.clerk, 'lanes', arg.lanes,
    'auto', w.auto, 'lease', w.lease)
  windows.save(hall, w)
  windows.note_owned(hall)
  calling.settle(hall, w)
end)
