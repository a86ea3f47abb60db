# SPDX-License-Identifier: MIT
# cpack makes two packages of each kind, in build/PRESET/packages: the tools, and what programs on
# the library need.
set(CPACK_PACKAGE_NAME mcast)
set(CPACK_PACKAGE_CONTACT "${MCAST_MAINTAINER}")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "reliable file transfer to many machines by multicast")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_COMPONENTS_ALL runtime development)
set(CPACK_STRIP_FILES ON)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${MCAST_DEBIAN_RELEASE})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME mcast)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION net)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "mcsend puts a file on any number of machines that run mcrecv, in the time that
one takes: the packets go once to all of them by IP multicast, and parity that
is sent on request repairs what some have missed (NORM, RFC 5740).
.
A file appears under its name only when it is complete and its digest is
right. How far a transfer is can be asked at any time, by people and programs.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libmcast-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libisal-dev, libutf8proc-dev, libxxhash-dev, libssl-dev, pkg-config")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "The library behind mcsend and mcrecv: sessions that send and receive files by
IP multicast, and the registry that answers how far they are.
.
This package has the headers, the static library, and what CMake and
pkg-config need to find them.")
include(CPack)
