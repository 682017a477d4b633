--[[ add_step: one more service in the same visit, after the present stop.
  in        ticket  service
  refuses   NO_TICKET  WRONG_STATE  INVALID service
  tells     ticket.step_added ]]
command('add_step', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'add_step')
  local service = plan_of(hall).service[arg.service or '']
  if not service then
    invalid('service', 'There is no service ' .. (arg.service or '') .. '.')
  end

  if not t.steps then
    local codes = {}
    for code in string.gmatch(t.services, '%S+') do codes[#codes + 1] = code end
    local planned = plan_of(hall).service[codes[1]]
    t.steps, t.step, t.done = {{
      lane = t.lane, services = codes, minutes = planned and planned.minutes or 10, after = {},
    }}, 1, '0'
  end
  t.steps[#t.steps + 1] = {
    lane = service.lane, services = {arg.service}, minutes = service.minutes, after = {},
  }
  t.done = t.done .. '0'
  tell(hall, 'ticket.step_added', 'ticket', t.number, 'steps', steps.text(t.steps))
  tickets.save(hall, t)
end)
