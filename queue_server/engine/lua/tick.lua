--[[ tick: what time itself does to a hall; the server says it about once a second, and saying it
  twice changes nothing. Held and put-off tickets come back, silent windows and devices are noticed.
  in        silence (ms after which a device counts as lost)
            speed (how much faster than devices a drill's clock runs)
  tells     (ticket.unheld  ticket.came_back  ticket.called  window.lost  device.seen
            ticket.undelivered) ]]
local function come_back(hall, number)
  local t = tickets.load(hall, number)
  redis.call('ZREM', hall.root .. ':due', number)
  t.due = nil
  if t.state == 'held' then
    tickets.wait(hall, t)
    tickets.tell(hall, 'ticket.unheld', t)
  else
    tell(hall, 'ticket.came_back', 'ticket', number)
  end
  calling.join(hall, t)
end

local function lose(hall, number)
  local w = windows.load(hall, number)
  redis.call('ZREM', hall.root .. ':leases', number)
  if w.state == 'closed' or w.lost then return end
  windows.stop_asking(hall, w)
  w.state, w.lost, w.since, w.reason, w.lease = 'paused', true, hall.now, 'lost', nil
  tell(hall, 'window.lost', 'window', number, 'clerk', w.clerk, 'ticket', w.ticket)
  windows.save(hall, w)
  windows.note_owned(hall)
end

--[[ A call that stands, and that one sort of device has not confirmed, needs a human being. ]]
local function miss(hall, awaited)
  redis.call('ZREM', hall.root .. ':unconfirmed', awaited)
  local call, number, sort = string.match(awaited, '^(%d+) (%S+) (%S+)$')
  if tickets.load(hall, number).call_seq == tonumber(call) then
    tell(hall, 'ticket.undelivered', 'ticket', number, 'call', call, 'sort', sort)
  end
end

local function due(hall, name, until_)
  return redis.call('ZRANGEBYSCORE', hall.root .. name, '-inf', until_, 'LIMIT', 0, 100)
end

command('tick', function(hall, arg)
  local speed = tonumber(arg.speed)
  for _, number in ipairs(due(hall, ':due', hall.now)) do come_back(hall, number) end
  for _, number in ipairs(due(hall, ':leases', hall.now)) do lose(hall, number) end
  local patience = plan_of(hall).confirm_within * speed
  for _, awaited in ipairs(due(hall, ':unconfirmed', hall.now - patience)) do miss(hall, awaited) end
  for _, device in ipairs(due(hall, ':seen', hall.now - tonumber(arg.silence) * speed)) do
    redis.call('ZREM', hall.root .. ':seen', device)
    devices.note(hall, device, 'lost')
  end
end)
