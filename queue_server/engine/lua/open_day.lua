--[[ open_day: the hall opens; the same date opened again goes on with its numbers.
  in        day  layout (JSON)  published (1: it is the hall's own)  speed  real_at
  refuses   DAY_OPEN  this or another day of the hall is open
  tells     day.opened ]]
command('open_day', function(hall, arg)
  local root = string.match(hall.root, '^(.*):')
  local today = redis.call('HGET', root, 'day')
  local other = today and redis.call('HGET', root .. ':' .. today, 'state')
  if other == 'open' or other == 'closing' then
    refuse('DAY_OPEN', 'The hall is open already (' .. today .. ').')
  end

  local again = hall.state ~= false and hall.state ~= nil
  -- What every command reads stands first: Redis looks through a small hash from its beginning.
  redis.call('HSET', hall.root, 'counts', '0 0 0 0 0', 'state', 'open', 'mode', 'normal',
    'layout', '', 'owned', '', 'speed', arg.speed, 'starts', arg.now, 'real_at', arg.real_at)
  store_plan(hall, arg.layout, arg.published)
  redis.call('HSET', root, 'day', arg.day)
  -- A follower comes here from another day: it goes on after the last event of this one.
  if today ~= arg.day then
    redis.call('XADD', root .. ':days', '*', 'day', arg.day, 'after', hall.seq)
  end
  if not again then redis.call('HSET', hall.root, 'run_id', arg.run_id) end
  tell(hall, 'day.opened', 'layout', arg.layout, 'mode', 'normal', 'speed', arg.speed,
    'real_at', arg.real_at, 'again', again)
  windows.note_owned(hall)
end, 'open closing closed')
