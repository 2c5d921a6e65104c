include_guard()

# What a program of a recipe's, or of a mutant's, needs beside its one file.
function(sockproof_suit_system program)
  # The sockets of these systems live in libraries of their own.
  if(CMAKE_SYSTEM_NAME STREQUAL "SunOS")
    target_link_libraries(${program} PRIVATE socket nsl)
  elseif(CMAKE_SYSTEM_NAME STREQUAL "Haiku")
    target_link_libraries(${program} PRIVATE network)
  endif()
  if(TARGET target_runtime)
    target_link_libraries(${program} PRIVATE target_runtime)
  endif()
endfunction()
