--[[ device_seen: a sign of life; told only when the state or the error changed. A window's own
  machine keeps its lease with it; a strip that hangs above the window does not.
  in        device  sort  state (ok, warning, failed)  error  window
  refuses   INVALID device | state | window
  tells     (device.seen) ]]
local PERIPHERAL = {screen = true, voice = true, printer = true, reader = true, caller = true}
local STATES = {ok = true, warning = true, failed = true}

command('device_seen', function(hall, arg)
  local state = arg.state or 'ok'
  if not arg.device then invalid('device', 'Which device?') end
  if not STATES[state] then invalid('state', 'The state is ok, warning or failed.') end
  local w = arg.window and windows.load(hall, arg.window)

  redis.call('ZADD', hall.root .. ':seen', hall.now, arg.device)
  if w and w.lease and not PERIPHERAL[arg.sort] and w.state ~= 'closed' then
    redis.call('ZADD', hall.root .. ':leases', hall.now + w.lease, w.number)
  end
  devices.note(hall, arg.device, state, arg.error, arg.sort, arg.window)
end, 'open closing closed')
