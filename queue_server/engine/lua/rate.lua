--[[ rate: the visitor's opinion; one per visit, also after the hall has closed.
  in        ticket  score (1 to 5)  reasons  source
  refuses   NO_TICKET  WRONG_STATE  RATED  INVALID score
  tells     ticket.rated ]]
command('rate', function(hall, arg)
  local t = tickets.load(hall, arg.ticket)
  tickets.may(t, 'rate')
  if t.score then refuse('RATED', 'This visit has its rating already.') end
  local score = tonumber(arg.score)
  if not score or score < 1 or score > 5 or score % 1 ~= 0 then
    invalid('score', 'A rating is a whole number from 1 to 5.')
  end

  t.score = score
  tell(hall, 'ticket.rated', 'ticket', t.number, 'score', score, 'window', t.window,
    'reasons', arg.reasons, 'source', arg.source)
  local seq = t.seq
  tickets.save(hall, t)
  if t.state == 'serving' then return end
  -- An opinion is no act on the ticket: it must not keep a clerk from undoing a slip.
  t.seq = seq
  redis.call('HSET', hall.root .. ':tickets', t.number, cmsgpack.pack(t))
end, 'open closing closed')
