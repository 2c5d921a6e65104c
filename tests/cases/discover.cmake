# Writes OUTPUT: one add_test a case, with its labels, for ctest to include.
execute_process(COMMAND ${SOCKPROOF} list --json OUTPUT_VARIABLE cases RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "sockproof list --json failed (${status})")
endif()

string(JSON count LENGTH "${cases}")
math(EXPR last "${count} - 1")
set(script "")
foreach(index RANGE ${last})
  string(JSON one GET "${cases}" ${index})
  foreach(member id recipe protocol level)
    string(JSON ${member} GET "${one}" ${member})
  endforeach()
  string(APPEND script
    "add_test([=[${id}]=] [=[${SOCKPROOF}]=] run [=[${id}]=] --reports [=[${REPORTS}/cases/${id}]=])\n"
    "set_tests_properties([=[${id}]=] PROPERTIES LABELS [=[case;${recipe};${protocol};${level}]=]"
    " TIMEOUT 60 SKIP_REGULAR_EXPRESSION [=[nothing was judged: ]=] FIXTURES_REQUIRED case_reports"
    " ATTACHED_FILES_ON_FAIL [=[${REPORTS}/cases/${id}/results.json]=])\n")
endforeach()
file(WRITE ${OUTPUT} "${script}")
