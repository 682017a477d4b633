--[[ reopen_day: Redis came back and may have lost its last second; nothing is given twice.
  in        gap
  tells     day.reopened ]]
command('reopen_day', function(hall, arg)
  local gap = tonumber(arg.gap)
  hall.seq, hall.first = hall.seq + gap, hall.seq + gap + 1
  hall.entry = hall.entry + gap
  for _, lane in ipairs(plan_of(hall).lanes) do
    redis.call('HINCRBY', hall.root, 'n:' .. lane.prefix, gap)
  end
  tell(hall, 'day.reopened', 'gap', gap)
end, 'open closing closed')
