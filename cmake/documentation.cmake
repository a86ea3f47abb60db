# SPDX-License-Identifier: MIT
# What lies in share/doc: licences and changes for each of the two packages, pages for readers, and
# examples. The pages keep their places, so that their links hold.
set(MCAST_MAINTAINER "The mcast authors <maintainers@users.noreply.r-seed-e2411a29.example>"
  CACHE STRING "Name and address in the packages, for questions about them")
set(MCAST_DEBIAN_RELEASE 1)
set(MCAST_DEBIAN_VERSION ${PROJECT_VERSION}-${MCAST_DEBIAN_RELEASE})
set(mcast_doc ${CMAKE_INSTALL_DATAROOTDIR}/doc/mcast)
set(mcast_dev_doc ${CMAKE_INSTALL_DATAROOTDIR}/doc/libmcast-dev)

install(FILES packaging/copyright DESTINATION ${mcast_doc} COMPONENT runtime)
install(FILES packaging/copyright DESTINATION ${mcast_dev_doc} COMPONENT development)
install(FILES README.md DESTINATION ${mcast_doc} COMPONENT runtime)
install(DIRECTORY docs DESTINATION ${mcast_doc} COMPONENT runtime
  FILES_MATCHING PATTERN "*.md" PATTERN "*.svg")
install(FILES packaging/60-mcast.conf DESTINATION ${mcast_doc}/examples COMPONENT runtime)

find_program(GZIP gzip)
if(NOT GZIP)
  message(STATUS "gzip is missing: no changelogs")
  return()
endif()
string(TIMESTAMP MCAST_DEBIAN_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(packaging/changelog.Debian.in ${PROJECT_BINARY_DIR}/changelog.Debian @ONLY)
set(changelogs ${PROJECT_BINARY_DIR}/changelog.gz ${PROJECT_BINARY_DIR}/changelog.Debian.gz)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/changelog.gz
  COMMAND ${GZIP} -9nc ${PROJECT_SOURCE_DIR}/CHANGELOG.md > ${PROJECT_BINARY_DIR}/changelog.gz
  DEPENDS CHANGELOG.md VERBATIM)
add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/changelog.Debian.gz
  COMMAND ${GZIP} -9nc ${PROJECT_BINARY_DIR}/changelog.Debian >
    ${PROJECT_BINARY_DIR}/changelog.Debian.gz
  DEPENDS ${PROJECT_BINARY_DIR}/changelog.Debian VERBATIM)
add_custom_target(changelogs ALL DEPENDS ${changelogs})
install(FILES ${changelogs} DESTINATION ${mcast_doc} COMPONENT runtime)
install(FILES ${changelogs} DESTINATION ${mcast_dev_doc} COMPONENT development)
