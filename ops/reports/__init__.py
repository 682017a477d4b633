"""Reports: a hall, or a place with every hall below it, over a day, a week, a month or any dates.

periods.py    which dates; scope.py which halls
gather.py     SQL → plain lines of measures (`lines.py`), by the archive's own statistics
report.py     those lines → a report: sections, tables, charts, notes; pure (`sections.py` says
              what stands in which table, `words.py` how it is called)
xlsx.py pdf.py tables.py parquet.py    a report → a file; making.py knows them all
shelf.py jobs.py routes.py commands.py    kept files, the job, the API, `jiaohao report`
"""
