# One executable a recipe, named as its folder, in <build>/recipes/. They share no code and need no
# library but the system's own: `cc recipe.c` is enough. A folder with a recipe.c is a recipe.
set(SOCKPROOF_RECIPES "")
file(GLOB recipe_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*/recipe.c)
foreach(source IN LISTS recipe_sources)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(recipe ${folder} NAME)
  list(APPEND SOCKPROOF_RECIPES ${recipe})
endforeach()

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
