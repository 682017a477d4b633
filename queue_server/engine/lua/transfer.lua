--[[ transfer: to a lane or to a window, keeping the number.
  in        window or ticket  lane or to_window  place (own, first, end)  note  come_back
  refuses   CLOSED  IDLE  NO_TICKET  WRONG_STATE  ELSEWHERE  INVALID lane | to_window | place
  tells     ticket.transferred  (ticket.called | window.asked) ]]
local PLACES = {own = true, first = true, ['end'] = true}

local function target(hall, arg)
  if arg.to_window then
    if not plan_of(hall).window[arg.to_window] then
      invalid('to_window', 'There is no window ' .. arg.to_window .. '.')
    end
    return '@' .. arg.to_window
  end
  if not arg.lane or not plan_of(hall).lane[arg.lane] then
    invalid('lane', 'There is no lane ' .. (arg.lane or '') .. '.')
  end
  return arg.lane
end

local function which(hall, arg)
  if arg.window then return windows.with_ticket(hall, arg, 'transfer') end
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'transfer')
  if t.state == 'called' or t.state == 'serving' then
    refuse('ELSEWHERE', 'Ticket ' .. t.number .. ' is at window ' .. t.window .. '.')
  end
  return nil, t
end

local function entered_at(hall, t, place)
  if place == 'end' then return hall.now end
  local head = place == 'first' and lanes.counts_from_at(hall, t.lane, t.class, 0)
  if not head then return t.entered end
  return math.min(t.entered, head + plan_of(hall).class[t.class].head_start - 1)
end

command('transfer', function(hall, arg)
  local lane, place = target(hall, arg), arg.place or 'own'
  if not PLACES[place] then invalid('place', 'The place is own, first or end.') end
  local w, t = which(hall, arg)

  if lanes.stands(t) then lanes.leave(hall, t) end
  if t.due then redis.call('ZREM', hall.root .. ':due', t.number) end
  t.lane, t.note, t.due, t.away = lane, arg.note, nil, nil
  if place == 'end' then tickets.new_entry(hall, t) end
  tickets.place(hall, t, entered_at(hall, t, place))
  if w or t.state == 'held' then tickets.wait(hall, t) end
  if arg.come_back == '1' and w then t.come_back_to = w.number end
  steps.move(hall, t)
  tickets.tell(hall, 'ticket.transferred', t, 'window', w and w.number, 'place', place,
    'note', t.note, 'come_back_to', t.come_back_to)
  tickets.save(hall, t)
  if w then calling.release(hall, w) end
  calling.join(hall, t)
end, nil, function(hall, arg, name)
  if arg.window then undo.remember(hall, arg, name) end
end)
