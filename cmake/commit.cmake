# SPDX-License-Identifier: MIT
# Writes the header that tells the tools which commit they are of. Run at each build, so that it is
# true; the file changes only when the commit does. A tree without git, or one whose builder knows
# better, gives -D MCAST_COMMIT=.
if(NOT COMMIT)
  execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD
    OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed OR NOT EXISTS ${SOURCE}/.git)
    set(COMMIT "")
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define MCAST_COMMIT \"@COMMIT@\"\n" @ONLY)
