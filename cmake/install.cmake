# SPDX-License-Identifier: MIT
include(CMakePackageConfigHelpers)
set(MCAST_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/mcast)

install(TARGETS mcsend mcrecv RUNTIME COMPONENT runtime)
install(TARGETS mcast_core mcast EXPORT mcastTargets
  ARCHIVE COMPONENT development
  FILE_SET HEADERS COMPONENT development)
install(EXPORT mcastTargets NAMESPACE mcast:: DESTINATION ${MCAST_CMAKE_DIR} COMPONENT development)
configure_package_config_file(cmake/mcastConfig.cmake.in ${PROJECT_BINARY_DIR}/mcastConfig.cmake
  INSTALL_DESTINATION ${MCAST_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mcastConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mcastConfig.cmake ${PROJECT_BINARY_DIR}/mcastConfigVersion.cmake
  DESTINATION ${MCAST_CMAKE_DIR} COMPONENT development)

# For pkg-config. The prefix is told from where the file lies, so that the tree may be moved.
file(RELATIVE_PATH MCAST_PC_PREFIX /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
configure_file(packaging/mcast.pc.in ${PROJECT_BINARY_DIR}/mcast.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/mcast.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT development)

install(FILES docs/event.schema.json docs/offers.schema.json docs/receivers.schema.json
  docs/sessions.schema.json docs/status.schema.json packaging/wireshark/mcast.lua
  DESTINATION ${CMAKE_INSTALL_DATADIR}/mcast COMPONENT runtime)

# Without symbols, unless it is built for debugging.
install(CODE "
  if(NOT CMAKE_INSTALL_CONFIG_NAME MATCHES \"Deb\" AND EXISTS \"${CMAKE_STRIP}\")
    foreach(tool mcsend mcrecv)
      execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-all --remove-section=.comment
        --remove-section=.note \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/\${tool}\")
    endforeach()
  endif()" COMPONENT runtime)
install(CODE "
  if(NOT CMAKE_INSTALL_CONFIG_NAME MATCHES \"Deb\" AND EXISTS \"${CMAKE_STRIP}\")
    foreach(archive libmcast.a libmcast_core.a)
      execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-debug --enable-deterministic-archives
        \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/\${archive}\")
    endforeach()
  endif()" COMPONENT development)
include(cmake/documentation.cmake)
