--[[ Devices: what they report, and when they were last seen. Reports change no ticket. ]]
local devices = {}
local CALLS = {['ticket.called'] = true, ['ticket.recalled'] = true}

function devices.named(hall, arg)
  if not arg.device then invalid('device', 'Which device?') end
  redis.call('ZADD', hall.root .. ':seen', hall.now, arg.device)
end

--[[ A report about a call: the ticket exists, and the call has been made. ]]
function devices.check_call(hall, arg)
  if not arg.device then invalid('device', 'Which device?') end
  tickets.load(hall, arg.ticket)
  local id = string.match(arg.call or '', '^%d+$') and arg.call .. '-0'
  local entry = id and redis.call('XRANGE', hall.root .. ':events', id, id)[1]
  local call = entry and named(entry[2]) or {}
  if call.ticket ~= arg.ticket or not CALLS[call.kind] then
    invalid('call', 'Which call? Give the seq of a ticket.called or ticket.recalled of it.')
  end
end

--[[ Whoever waited for this sort of device to bring the call to people need not any more. ]]
function devices.confirm(hall, arg, sort)
  redis.call('ZREM', hall.root .. ':unconfirmed', calling.awaited(arg.call, arg.ticket, sort))
end

--[[ Tell a device's state when it changed. ]]
function devices.note(hall, device, state, error_text, sort, window)
  local now = state .. ' ' .. (error_text or '')
  if redis.call('HGET', hall.root .. ':devices', device) == now then return end
  redis.call('HSET', hall.root .. ':devices', device, now)
  tell(hall, 'device.seen', 'device', device, 'sort', sort, 'state', state,
    'error', error_text, 'window', window)
end
