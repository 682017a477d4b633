--[[ reopen_day: a process met a Redis that was started anew. One that syncs its log at every write
  has lost nothing; another may have lost its last second, so all counters jump: nothing that a
  kiosk has printed is given twice. One that was filled from a backup has lost whatever came after
  it: each of the hall's days up to the date of the restore jumps once, a day that the backup does
  not know as well; drills don't.
  in        run_id  durable  gap (of seq)
  tells     (day.reopened) ]]
local NUMBERS_GAP = 100

--[[ The restore that this day has not heard of yet, and over how many numbers it jumps. ]]
local function restored(hall)
  local root, day = string.match(hall.root, '^(.*):(.*)$')
  local told = redis.call('HGET', root, 'restored')
  if not told or redis.call('HGET', hall.root, 'restored') == told then return end
  local until_, numbers = string.match(told, '^(%S+) (%d+) ')
  local date = string.match(day, '^%d%d%d%d%-%d%d%-%d%d')
  if string.find(day, '-drill-', 1, true) or (date and date > until_) then return end
  return told, tonumber(numbers)
end

command('reopen_day', function(hall, arg)
  local before = redis.call('HGET', hall.root, 'run_id')
  local told, numbers = restored(hall)
  if before == arg.run_id and not told then return end
  redis.call('HSET', hall.root, 'run_id', arg.run_id)
  if told then
    redis.call('HSET', hall.root, 'restored', told)
  elseif not before or arg.durable == '1' then
    return
  end
  numbers = numbers or NUMBERS_GAP
  hall.seq = hall.seq + tonumber(arg.gap)
  hall.first, hall.entry = hall.seq + 1, hall.entry + numbers
  for _, lane in ipairs(plan_of(hall).lanes) do
    redis.call('HINCRBY', hall.root .. ':numbers', lane.prefix, numbers)
  end
  tell(hall, 'day.reopened', 'gap', arg.gap, 'numbers', numbers)
end, 'open closing closed')
