# One executable a recipe, named as its folder, in <build>/recipes/. They share no code and need no
# library but the system's own: `cc recipe.c` is enough. A folder with a recipe.c is a recipe.
#
# A toolchain file may set SOCKPROOF_WITHOUT (recipes that cannot be built for its system) and
# SOCKPROOF_RUNTIME (a folder that makes the library target_runtime, which each recipe then needs: a
# start file, a TCP/IP stack). Programs of it that lie beside the recipes, to start them, are in the global property
# SOCKPROOF_BESIDE, and files that are no programs of CMake's in SOCKPROOF_BESIDE_FILES. SOCKPROOF_TRIAL is the source of a
# program that lies there, too, by which a launcher shows that it starts programs.
include(${CMAKE_CURRENT_LIST_DIR}/system.cmake)
set(SOCKPROOF_RECIPES "")
file(GLOB recipe_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*/recipe.c)
foreach(source IN LISTS recipe_sources)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(recipe ${folder} NAME)
  list(APPEND SOCKPROOF_RECIPES ${recipe})
endforeach()
if(SOCKPROOF_WITHOUT)
  list(REMOVE_ITEM SOCKPROOF_RECIPES ${SOCKPROOF_WITHOUT})
endif()
if(SOCKPROOF_RUNTIME)
  add_subdirectory(${SOCKPROOF_RUNTIME} runtime)
endif()
add_custom_target(recipes)

function(sockproof_add_recipe name source)
  add_executable(${name} ${source})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/recipes
    C_STANDARD 11)
  sockproof_suit_system(${name})
  add_dependencies(recipes ${name})
endfunction()

foreach(recipe IN LISTS SOCKPROOF_RECIPES)
  sockproof_add_recipe(${recipe} ${CMAKE_CURRENT_LIST_DIR}/${recipe}/recipe.c)
endforeach()
if(SOCKPROOF_TRIAL)
  sockproof_add_recipe(trial ${SOCKPROOF_TRIAL})
  set_property(GLOBAL APPEND PROPERTY SOCKPROOF_BESIDE trial)
endif()
