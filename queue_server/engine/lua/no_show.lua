--[[ no_show: the visitor did not come. Each has the grace and the calls that the rule promises.
  in        window
  refuses   CLOSED  IDLE  WRONG_STATE  TOO_SOON
  tells     ticket.missed  (ticket.called | window.asked) ]]
local function setting(hall, t, name)
  local service = plan_of(hall).service[string.match(t.services, '%S+')]
  local own = service and service[name]
  if own and own ~= cjson.null then return own end
  return plan_of(hall).rule[name]
end

window_command('no_show', function(hall, arg)
  local w, t = windows.with_ticket(hall, arg, 'no_show')
  local calls, grace = setting(hall, t, 'min_calls'), setting(hall, t, 'grace')
  if t.calls < calls then
    refuse('TOO_SOON', 'Call at least ' .. calls .. ' times first (called ' .. t.calls .. ').')
  end
  local left = t.called + grace - hall.now
  if left > 0 then
    refuse('TOO_SOON', 'Wait ' .. math.ceil(left / 1000) .. ' s more; the visitor may be coming.')
  end

  tickets.finish(hall, t, 'no_show')
  t.misses = (t.misses or 0) + 1
  tell(hall, 'ticket.missed', 'ticket', t.number, 'window', w.number, 'misses', t.misses,
    'final', t.misses > plan_of(hall).rule.misses_allowed)
  tickets.save(hall, t)
  calling.release(hall, w)
end)
