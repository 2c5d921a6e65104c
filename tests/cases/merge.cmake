# Merges the reports of the cases that ctest ran just now.
file(GLOB_RECURSE results ${REPORTS}/cases/results.json)
if(NOT results)
  message("no case was run")
  return()
endif()
execute_process(COMMAND ${SOCKPROOF} report ${results} --reports ${REPORTS} RESULT_VARIABLE status)
# 1 and 3 say that cases failed or were broken, which their own tests have told.
if(NOT status MATCHES "^[013]$")
  message(FATAL_ERROR "sockproof report failed (${status})")
endif()
