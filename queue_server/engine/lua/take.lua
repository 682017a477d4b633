--[[ take: a visitor gets a number.
  in        services  class  reason  person  on_behalf  booking  appointed  source  language
  refuses   DAY_CLOSED  HALL_CLOSED  APPOINTMENT_ONLY  INVALID services | class
            OUT_OF_HOURS  QUOTA  DUPLICATE
  tells     ticket.taken  (ticket.called, when a window asks) ]]
local function admitted(hall, arg)
  if hall.state ~= 'open' then refuse('DAY_CLOSED', 'The hall gives no more tickets today.') end
  if arg.source == 'guide' then return end
  if hall.mode == 'closed' then refuse('HALL_CLOSED', 'The hall gives no tickets now.') end
  if hall.mode == 'appointment_only' and not (arg.booking or arg.appointed) then
    refuse('APPOINTMENT_ONLY', 'The hall takes booked visitors only; please ask the guide desk.')
  end
end

--[[ The counters this service counts against, each with its limit. ]]
local function limits(hall, service)
  local found = {}
  if service.quota > 0 then found[1] = {service.code, service.quota} end
  local open = not (service.hours and service.hours[1])
  for _, hours in ipairs(service.hours or {}) do
    if hall.now >= hours[1] and hall.now < hours[2] then
      open = true
      if hours[3] > 0 then found[#found + 1] = {service.code .. ' ' .. hours[1], hours[3]} end
    end
  end
  if not open then refuse('OUT_OF_HOURS', service.name .. ' is not given at this hour.') end
  return found
end

local function counters(hall, codes)
  local plan, found = plan_of(hall), {}
  for _, code in ipairs(codes) do
    local service = plan.service[code]
    if not service then invalid('service', 'There is no service ' .. code .. '.') end
    for _, limit in ipairs(limits(hall, service)) do
      local used = redis.call('HGET', hall.root .. ':quota', limit[1])
      if tonumber(used or 0) >= limit[2] then
        refuse('QUOTA', 'There are no more tickets for ' .. service.name .. '.')
      end
      found[#found + 1] = limit[1]
    end
  end
  return found
end

local function class_of(plan, arg)
  local class = arg.class or (arg.appointed and plan.class.appointment and 'appointment')
    or 'ordinary'
  if not plan.class[class] then invalid('class', 'There is no class ' .. class .. '.') end
  return class
end

local function codes_of(arg)
  local codes = {}
  for code in string.gmatch(arg.services or '', '%S+') do codes[#codes + 1] = code end
  if not codes[1] then invalid('service', 'Which service?') end
  return codes
end

local function number_of(hall, plan, codes)
  local prefix = plan.lane[plan.service[codes[1]].lane].prefix
  return string.format('%s%03d', prefix, redis.call('HINCRBY', hall.root .. ':numbers', prefix, '1'))
end

--[[ A booking gives one number a day, whatever has become of it: reinstate brings it back. ]]
local function unbooked(hall, booking)
  local given = booking and redis.call('HGET', hall.root .. ':bookings', booking)
  if given then refuse('DUPLICATE', 'This booking has ticket ' .. given .. ' already.') end
end

command('take', function(hall, arg)
  admitted(hall, arg)
  local plan, codes = plan_of(hall), codes_of(arg)
  local counted = counters(hall, codes)
  local t = {
    services = arg.services, class = class_of(plan, arg), person = arg.person, state = 'waiting',
    lane = plan.service[codes[1]].lane, taken = hall.now, since = hall.now,
    class_reason = arg.reason, on_behalf = arg.on_behalf, booking = arg.booking,
    source = arg.source, language = arg.language, steps = steps.of(plan, codes),
  }
  local twin = tickets.twin(hall, t)
  if twin then refuse('DUPLICATE', 'This person has ticket ' .. twin .. ' for it already.') end
  unbooked(hall, t.booking)

  t.number = number_of(hall, plan, codes)
  if t.booking then redis.call('HSET', hall.root .. ':bookings', t.booking, t.number) end
  tickets.new_entry(hall, t)
  tickets.place(hall, t, math.max(tonumber(arg.appointed or 0), hall.now))
  if t.steps then
    t.done = string.rep('0', #t.steps)
    steps.go(t, steps.next(hall, t))
  end
  for _, counter in ipairs(counted) do redis.call('HINCRBY', hall.root .. ':quota', counter, 1) end
  tickets.tell(hall, 'ticket.taken', t, 'services', t.services, 'steps', steps.text(t.steps),
    'step', t.step, 'reason', t.class_reason, 'on_behalf', t.on_behalf, 'booking', t.booking,
    'source', t.source, 'language', t.language)
  tickets.live(hall, t)
  calling.join(hall, t)
end)
