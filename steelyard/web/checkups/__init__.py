"""体检报告 on the site: of any unit at once, with what people did about its results, and of all units by a job."""
