--[[ reopen_day: a process met a Redis that was started anew. One that syncs its log at every write
  has lost nothing; another may have lost its last second, so all counters jump: nothing that a
  kiosk has printed is given twice.
  in        run_id  durable  gap (of seq)
  tells     (day.reopened) ]]
local NUMBERS_GAP = 100

command('reopen_day', function(hall, arg)
  local before = redis.call('HGET', hall.root, 'run_id')
  if before == arg.run_id then return end
  redis.call('HSET', hall.root, 'run_id', arg.run_id)
  if not before or arg.durable == '1' then return end
  hall.seq = hall.seq + tonumber(arg.gap)
  hall.first, hall.entry = hall.seq + 1, hall.entry + NUMBERS_GAP
  for _, lane in ipairs(plan_of(hall).lanes) do
    redis.call('HINCRBY', hall.root .. ':numbers', lane.prefix, NUMBERS_GAP)
  end
  tell(hall, 'day.reopened', 'gap', arg.gap, 'numbers', NUMBERS_GAP)
end, 'open closing closed')
