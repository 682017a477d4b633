--[[ The doorway: every command comes in and goes out here.

  `command(name, body)` registers a function. The body gets the hall and the named arguments;
  it reads, refuses, and only then writes. What it tells is appended to the stream and answered.
  MAY, which states a ticket may be in for a command, is written in from lifecycle.py. ]]
local doorway = {}
-- The unit separator stands between the words of an answer, and so in none of them.
local BETWEEN = '\31'

local function refuse(code, message)
  error({refused = code .. ' ' .. message})
end

local function invalid(field, message)
  error({refused = 'INVALID ' .. field .. ' ' .. message})
end

-- '%d' costs a fifth of what tostring does, and the core has whole numbers only.
local function text(value)
  local kind = type(value)
  if kind == 'string' then
    return string.find(value, BETWEEN, 1, true) and string.gsub(value, BETWEEN, ' ') or value
  end
  return kind == 'number' and string.format('%d', value) or '1'
end

--[[ An event as it is answered: one text, since forty small ones cost more than the command. ]]
local function answer(seq, entry)
  return seq .. BETWEEN .. table.concat(entry, BETWEEN)
end

--[[ Append an event and remember it for the answer: tell(hall, kind, name, value, …).
  Absent and empty values are left out. ]]
local function tell(hall, kind, ...)
  hall.seq = hall.seq + 1
  local entry, count, given = {'kind', kind, 'at', hall.now_text}, 4, {...}
  if hall.by then
    entry[5], entry[6], count = 'by', hall.by, 6
  end
  for i = 1, select('#', ...), 2 do
    local value = given[i + 1]
    if value and value ~= '' then
      entry[count + 1] = given[i]
      entry[count + 2] = text(value)
      count = count + 2
    end
  end
  redis.call('XADD', hall.root .. ':events', text(hall.seq) .. '-0', unpack(entry))
  hall.told[#hall.told + 1] = answer(text(hall.seq), entry)
end

local function named(argv)
  local arg = {}
  for i = 1, #argv, 2 do arg[argv[i]] = argv[i + 1] end
  return arg
end

function doorway.replay(root, name, done)
  local was, first, last = string.match(done, '^(%S+) (%d+) (%d+)$')
  if was ~= name then refuse('REPEATED', 'This command id was used for ' .. was .. '.') end
  local told = redis.call('XRANGE', root .. ':events', first .. '-0', last .. '-0')
  for i, event in ipairs(told) do told[i] = answer(string.match(event[1], '^%d+'), event[2]) end
  return told
end

function doorway.enter(root, arg)
  local found = redis.call('HMGET', root, 'counts', 'state', 'mode', 'layout', 'owned')
  local seq, at, entry, live, asking = string.match(
    found[1] or '0 0 0 0 0', '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
  local now, now_text = tonumber(arg.now), arg.now
  -- A clock that jumps back moves nobody: the hall's time stands still until it is caught up.
  if now < tonumber(at) then now, now_text = tonumber(at), at end
  return {
    root = root, by = arg.by, now = now, now_text = now_text,
    state = found[2], mode = found[3], digest = found[4], owned = found[5] or '',
    seq = tonumber(seq), first = seq + 1, entry = tonumber(entry),
    live = tonumber(live), asking = tonumber(asking),
    told = {}, tickets = {}, windows = {},
  }
end

function doorway.leave(hall, name, arg)
  local root = hall.root
  if hall.seq >= hall.first then
    -- One field for what every command changes: `seq at entry live asking`.
    redis.call('HSET', root, 'counts', string.format('%d %s %d %d %d',
      hall.seq, hall.now_text, hall.entry, hall.live, hall.asking))
    if arg.command then
      redis.call('HSET', root .. ':commands', arg.command,
        string.format('%s %d %d', name, hall.first, hall.seq))
    end
  end
  return hall.told
end

local function carry_out(root, name, body, when, after, argv)
  local arg = named(argv)
  local done = arg.command and redis.call('HGET', root .. ':commands', arg.command)
  if done then return doorway.replay(root, name, done) end
  local hall = doorway.enter(root, arg)
  if not string.find(when, hall.state or 'closed', 1, true) then
    refuse('DAY_CLOSED', 'The hall is closed.')
  end
  body(hall, arg)
  if after then after(hall, arg, name) end
  doorway.day_done(hall)
  return doorway.leave(hall, name, arg)
end

--[[ Register a command. `when` is the states of the day in which it is heard; `after` runs
  before the command's id is recorded. A refusal is an answer; anything else is a bug and is
  thrown with its line. ]]
local function command(name, body, when, after)
  when = when or 'open closing'
  redis.register_function('jiaohao_' .. name, function(keys, argv)
    local well, told = pcall(carry_out, keys[1], name, body, when, after, argv)
    if well then return told end
    if type(told) == 'table' and told.refused then return redis.error_reply(told.refused) end
    error(told)
  end)
end

--[[ A closing day is closed when nobody is left. ]]
function doorway.day_done(hall)
  if hall.state == 'closing' and hall.live == 0 then
    hall.state = 'closed'
    redis.call('HSET', hall.root, 'state', 'closed')
    tell(hall, 'day.closed')
  end
end
