// SPDX-License-Identifier: MIT
#include "storage/device_source.hpp"

#include <filesystem>

#include "loop_device.hpp"
#include "support/catch.hpp"
#include "temp_folder.hpp"

using namespace mcast;
using storage::DeviceSource;
using test::LoopDevice;
using test::TempFolder;

namespace {

/// A device with random content.
struct Fixture {
    explicit Fixture(std::size_t size) : content(test::random_content(size, 1)) {
        test::put_file(folder.file("disk"), content);
        device = LoopDevice::over(folder.file("disk"));
        if (!device) WARN("no loop device can be made here, so this is not tested");
    }

    TempFolder folder;
    test::Content content;
    std::optional<LoopDevice> device;
};

}  // namespace

TEST_CASE("a device is read as a whole, also by a link to it", "[storage]") {
    const Fixture f(1 << 20);
    if (!f.device) return;
    const std::string link = f.folder.file("by-id");
    std::filesystem::create_symlink(f.device->path(), link);
    for (const auto& path : {f.device->path(), link}) {
        const auto source = storage::open_source(path);
        REQUIRE(source.has_value());
        CHECK((*source)->size() == f.content.size());
        CHECK((*source)->stored() == f.content.size());
        const Bytes all = (*source)->view(0);
        CHECK((test::Content(all.begin(), all.end()) == f.content));
        CHECK((*source)->check().has_value());
        CHECK((*source)->caution().empty());
    }
}

TEST_CASE("a device that is claimed is sent with a warning", "[storage]") {
    const Fixture f(1 << 20);
    if (!f.device) return;
    const UniqueFd claim(::open(f.device->path().c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    REQUIRE(claim.valid());
    const auto source = storage::open_source(f.device->path());
    REQUIRE(source.has_value());
    CHECK((*source)->caution().starts_with(f.device->path() + " is mounted, or in use"));
}

TEST_CASE("a device is not claimed while it is sent", "[storage]") {
    const Fixture f(1 << 20);
    if (!f.device) return;
    const auto source = storage::open_source(f.device->path());
    REQUIRE(source.has_value());
    const UniqueFd claim(::open(f.device->path().c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    CHECK(claim.valid());
}

TEST_CASE("a device that gets smaller has changed", "[storage]") {
    const Fixture f(1 << 20);
    if (!f.device) return;
    const auto source = storage::open_source(f.device->path());
    REQUIRE(source.has_value());
    std::filesystem::resize_file(f.folder.file("disk"), 1 << 19);
    REQUIRE(::ioctl(f.device->fd(), LOOP_SET_CAPACITY) == 0);
    const auto checked = (*source)->check();
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code == ErrorCode::source_changed);
    CHECK(checked.error().message ==
          f.device->path() + " went from 1048576 to 524288 bytes while it was being sent");
}

TEST_CASE("what is no block device is refused", "[storage]") {
    const auto source = DeviceSource::open("/dev/null");
    REQUIRE_FALSE(source.has_value());
    CHECK(source.error().code == ErrorCode::unsupported);
}
