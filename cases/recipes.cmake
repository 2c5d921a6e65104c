# One executable a recipe, named as its folder, in <build>/recipes/. They share no code and need no
# library but the system's own: `cc recipe.c` is enough.
set(SOCKPROOF_RECIPES sntp-client ntp-time echo-server udp-echo-server echo-client)

foreach(recipe IN LISTS SOCKPROOF_RECIPES)
  add_executable(${recipe} ${CMAKE_CURRENT_LIST_DIR}/${recipe}/recipe.c)
  set_target_properties(${recipe} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/recipes
    C_STANDARD 11)
  # The sockets of these systems live in libraries of their own.
  if(CMAKE_SYSTEM_NAME STREQUAL "SunOS")
    target_link_libraries(${recipe} PRIVATE socket nsl)
  elseif(CMAKE_SYSTEM_NAME STREQUAL "Haiku")
    target_link_libraries(${recipe} PRIVATE network)
  endif()
endforeach()
