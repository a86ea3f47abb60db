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
