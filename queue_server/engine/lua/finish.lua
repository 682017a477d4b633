--[[ finish: done here. A ticket with more steps, or one that must come back, waits again.
  in        window  outcome  services  persons  note
  refuses   CLOSED  IDLE  WRONG_STATE
  tells     ticket.finished | ticket.step_finished  (ticket.called | window.asked) ]]
local function next_stop(hall, t)
  if t.come_back_to and plan_of(hall).window[t.come_back_to] then
    local lane = '@' .. t.come_back_to
    t.come_back_to = nil
    return lane
  end
  if not t.steps then return nil end
  steps.finish(t)
  local at = steps.next(hall, t)
  if not at then return nil end
  steps.go(t, at)
  return t.lane
end

window_command('finish', function(hall, arg)
  local w, t = windows.with_ticket(hall, arg, 'finish')

  local done = t.step or 1
  local lane = next_stop(hall, t)
  t.outcome = arg.outcome
  if lane then
    t.lane = lane
    tickets.wait(hall, t)
    tickets.tell(hall, 'ticket.step_finished', t, 'window', w.number, 'done', done,
      'step', t.step or 1, 'outcome', arg.outcome, 'services', arg.services,
      'persons', arg.persons, 'note', arg.note)
    calling.join(hall, t)
    w = windows.load(hall, w.number)
  else
    tickets.finish(hall, t, 'served')
    tell(hall, 'ticket.finished', 'ticket', t.number, 'window', w.number,
      'outcome', arg.outcome, 'services', arg.services, 'persons', arg.persons, 'note', arg.note)
    tickets.save(hall, t)
  end
  calling.release(hall, w)
end)
