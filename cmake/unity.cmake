# SPDX-License-Identifier: MIT
# With MCAST_UNITY_BUILD a folder of the library or the tools is compiled as one unit: a third of
# the time, for clang-tidy. So names in unnamed namespaces are unique in a folder;
# a local name may be that of another file.
if(MCAST_UNITY_BUILD)
  target_compile_options(mcast_warnings INTERFACE -Wno-shadow)
endif()

function(mcast_unity_by_folder target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${MCAST_UNITY_BUILD} UNITY_BUILD_MODE GROUP
    # The units are ours and include what clang-tidy takes for a mistake.
    UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include)")
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH group ${PROJECT_SOURCE_DIR} ${source})
    cmake_path(GET group PARENT_PATH group)
    string(REPLACE "/" "_" group ${group})
    set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()
