# Each cases/<recipe>/mutants/<name>.patch is the reference recipe with one mistake. Its first line names the case that
# must fail, then says why a person would make the mistake:
#
#   origin-low-bit-flipped: only the high half of the timestamp was compared, for it fits an int.
#
# The target mutant_<recipe>_<name> builds one, `mutants` builds all. Where the tests are built they are too; else each is
# built when `sockproof run CASE --mutant NAME` asks for it.
include(${CMAKE_CURRENT_LIST_DIR}/system.cmake)
file(GLOB SOCKPROOF_MUTANTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*/mutants/*.patch)
find_program(PATCH_PROGRAM patch)
if(NOT PATCH_PROGRAM)
  if(BUILD_TESTING)
    message(FATAL_ERROR "patch is not installed, and the tests need it: install it (./run test does), "
                        "or build without the tests: -DBUILD_TESTING=OFF")
  endif()
  set(SOCKPROOF_MUTANTS "")
endif()
add_custom_target(mutants)
# Of a program's file: a toolchain's word counts before the system's, ".exe" say.
set(SOCKPROOF_PROGRAM_SUFFIX "${CMAKE_EXECUTABLE_SUFFIX}")
if(DEFINED CMAKE_EXECUTABLE_SUFFIX_C)
  set(SOCKPROOF_PROGRAM_SUFFIX "${CMAKE_EXECUTABLE_SUFFIX_C}")
endif()

# sockproof_name_mutant(<patch> <variable for the recipe> <variable for the mutant's name>)
function(sockproof_name_mutant file recipe name)
  get_filename_component(own ${file} NAME_WE)
  get_filename_component(folder ${file} DIRECTORY)
  get_filename_component(folder ${folder} DIRECTORY)
  get_filename_component(folder ${folder} NAME)
  set(${recipe} ${folder} PARENT_SCOPE)
  set(${name} ${own} PARENT_SCOPE)
endfunction()

foreach(file ${SOCKPROOF_MUTANTS})
  sockproof_name_mutant(${file} recipe name)
  if(recipe IN_LIST SOCKPROOF_WITHOUT)
    continue()
  endif()
  set(original ${CMAKE_CURRENT_LIST_DIR}/${recipe}/recipe.c)
  set(into ${CMAKE_BINARY_DIR}/mutants/${recipe}/${name})
  set(target mutant_${recipe}_${name})

  add_custom_command(
    OUTPUT ${into}/recipe.c
    COMMAND ${CMAKE_COMMAND} -E make_directory ${into}
    COMMAND ${PATCH_PROGRAM} --quiet --fuzz=0 --output=${into}/recipe.c ${original} ${file}
    DEPENDS ${file} ${original}
    VERBATIM)
  add_executable(${target} ${into}/recipe.c)
  # A mistake may leave a function unused or a comparison odd: that is not what it is there to show. There are hundreds,
  # and each runs for a moment: to compile them well would take longer than they run.
  target_compile_options(${target} PRIVATE -w -O0 -g0)
  sockproof_suit_system(${target})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${into} OUTPUT_NAME ${recipe})
  # What starts the programs of a target lies beside its recipes: so it does beside a mutant, by another name of the file.
  get_property(beside GLOBAL PROPERTY SOCKPROOF_BESIDE)
  get_property(beside_files GLOBAL PROPERTY SOCKPROOF_BESIDE_FILES)
  foreach(program IN LISTS beside)
    add_dependencies(${target} ${program})
    list(APPEND beside_files ${CMAKE_BINARY_DIR}/recipes/${program}${SOCKPROOF_PROGRAM_SUFFIX})
  endforeach()
  foreach(beside_file IN LISTS beside_files)
    get_filename_component(beside_name ${beside_file} NAME)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${beside_file})
    add_custom_command(TARGET ${target} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E rm -f ${into}/${beside_name}
      COMMAND ${CMAKE_COMMAND} -E create_hardlink ${beside_file} ${into}/${beside_name}
      VERBATIM)
  endforeach()
  if(NOT BUILD_TESTING)
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  add_dependencies(mutants ${target})
endforeach()

# The folders of tests/ read these.
if(NOT CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
  set(SOCKPROOF_MUTANTS ${SOCKPROOF_MUTANTS} PARENT_SCOPE)
endif()
