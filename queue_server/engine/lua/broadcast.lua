--[[ broadcast: something to say and show to everybody.
  in        text  zone  until
  refuses   INVALID text
  tells     day.broadcast ]]
command('broadcast', function(hall, arg)
  if not arg.text then invalid('text', 'What is to be said?') end

  tell(hall, 'day.broadcast', 'text', arg.text, 'zone', arg.zone, 'due', arg['until'])
end)
