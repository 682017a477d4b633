--[[ Devices: what they report, and when they were last seen. Reports change no ticket. ]]
local devices = {}

function devices.named(hall, arg)
  if not arg.device then invalid('device', 'Which device?') end
  redis.call('ZADD', hall.root .. ':seen', hall.now, arg.device)
end

--[[ A report about a call: the ticket exists, and the call has been made. ]]
function devices.delivered(hall, arg)
  local call = tonumber(arg.call)
  if not arg.device then invalid('device', 'Which device?') end
  if not call or call < 1 or call > hall.seq then
    invalid('call', 'Which call? Give the seq of its ticket.called or ticket.recalled.')
  end
  tickets.load(hall, arg.ticket)
end

--[[ Tell a device's state when it changed. ]]
function devices.note(hall, device, state, error_text, sort, window)
  local now = state .. ' ' .. (error_text or '')
  if redis.call('HGET', hall.root .. ':devices', device) == now then return end
  redis.call('HSET', hall.root .. ':devices', device, now)
  tell(hall, 'device.seen', 'device', device, 'sort', sort, 'state', state,
    'error', error_text, 'window', window)
end
