--[[ close_day: no more tickets.
  in        policy  wait: closed when the last visitor has gone; expire: waiting and held
            tickets expire now, the windows finish theirs; force: everything expires
  refuses   INVALID policy
  tells     day.closing  ticket.expired …  day.closed ]]
local EXPIRES = {
  wait = {}, expire = {waiting = true, held = true},
  force = {waiting = true, held = true, called = true, serving = true},
}

local function expire(hall, number, which)
  local t = tickets.load(hall, number)
  if not which[t.state] then return end
  local w = t.window and t.state ~= 'held' and windows.load(hall, t.window)
  if lanes.stands(t) then lanes.leave(hall, t) end
  tickets.finish(hall, t, 'expired')
  tell(hall, 'ticket.expired', 'ticket', number, 'window', w and w.number)
  tickets.save(hall, t)
  if w then
    w.ticket, w.since = nil, hall.now
    windows.save(hall, w)
  end
end

command('close_day', function(hall, arg)
  local policy = arg.policy or plan_of(hall).closing
  local which = EXPIRES[policy]
  if not which then invalid('policy', 'A day closes by wait, expire or force.') end

  hall.state = 'closing'
  redis.call('HSET', hall.root, 'state', 'closing')
  tell(hall, 'day.closing', 'policy', policy)
  for _, number in ipairs(tickets.all_live(hall)) do expire(hall, number, which) end
end)
