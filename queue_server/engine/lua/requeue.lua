--[[ requeue: back into the lane: the same place, the end, or the same place after some minutes.
  in        window  place (same, end)  after (minutes)
  refuses   CLOSED  IDLE  WRONG_STATE  INVALID place | after
  tells     ticket.requeued  (ticket.called | window.asked) ]]
window_command('requeue', function(hall, arg)
  local w, t = windows.with_ticket(hall, arg, 'requeue')
  local place, after = arg.place or 'same', tonumber(arg.after or 0)
  if place ~= 'same' and place ~= 'end' then invalid('place', 'The place is same or end.') end
  if not after or after < 0 then invalid('after', 'After how many minutes?') end

  tickets.wait(hall, t)
  if place == 'end' then
    tickets.new_entry(hall, t)
    tickets.place(hall, t, hall.now)
  end
  if after > 0 then
    t.due = hall.now + after * 60000
    redis.call('ZADD', hall.root .. ':due', t.due, t.number)
  end
  tickets.tell(hall, 'ticket.requeued', t, 'window', w.number, 'place', place, 'due', t.due)
  -- The window is freed first: it does not want this ticket back at once.
  tickets.save(hall, t)
  calling.release(hall, w)
  if lanes.stands(t) then calling.join(hall, t) end
end)
