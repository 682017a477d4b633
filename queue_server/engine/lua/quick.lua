--[[ quick: somebody was served in passing, without a ticket.
  in        window  service  outcome  persons
  refuses   CLOSED  INVALID service
  tells     window.quick_served ]]
window_command('quick', function(hall, arg)
  local w = windows.at_work(hall, arg)
  if arg.service and not plan_of(hall).service[arg.service] then
    invalid('service', 'There is no service ' .. arg.service .. '.')
  end

  w.quick = (w.quick or 0) + 1
  tell(hall, 'window.quick_served', 'window', w.number, 'service', arg.service,
    'outcome', arg.outcome, 'persons', arg.persons)
  windows.save(hall, w)
end)
