# The program behind the verbs that run cases. It is linked here, where cases and harness meet.
add_executable(sockproof-engine ${CMAKE_SOURCE_DIR}/harness/main.c)
target_link_libraries(sockproof-engine PRIVATE sockproof_cases sockproof_run)
target_include_directories(sockproof-engine PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_definitions(sockproof-engine
  PRIVATE SOCKPROOF_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
add_dependencies(sockproof sockproof-engine)
