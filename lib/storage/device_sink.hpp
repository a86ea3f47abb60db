// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/disk_file.hpp"
#include "storage/file_system.hpp"
#include "storage/sink.hpp"

namespace mcast::storage {

/// A block device, and what to do with it.
struct DeviceTarget {
    std::string path;    ///< of the device, or of a link to it
    ByteCount size = 0;  ///< of the content
    bool reread_partitions = false;
    bool open_end = false;  ///< the size is only a limit until end_at() tells it
};

/// Writes onto a block device from its first byte on; what lies behind the content stays. Nobody
/// else can mount or claim the device meanwhile. The head of the device, where boot code and
/// partition table are, is zeroed before anything else is written, and is written last: a device
/// whose content is not complete does not boot.
class DeviceSink final : public Sink {
  public:
    /// The size of that head.
    static constexpr ByteCount kHead = ByteCount{1} << 20;

    /// Checks a device as far as that can be done before there is an offer. Errors: those of
    /// create() but no_space.
    [[nodiscard]] static Result<void> check(FileSystem& files, const std::string& path);
    /// Claims the device and writes nothing yet. Errors: io (it is mounted or otherwise in use),
    /// permission (or it is read-only), no_space (it is smaller than the content), not_found.
    [[nodiscard]] static Result<std::unique_ptr<DeviceSink>> create(FileSystem& files,
                                                                    const DeviceTarget& target);
    ~DeviceSink() override;

    [[nodiscard]] Result<void> write(ByteCount offset, std::span<const iovec> run) override;
    [[nodiscard]] Result<void> write_zeros(ByteCount begin, ByteCount end) override;
    [[nodiscard]] bool zeros_take_time() const override { return true; }
    [[nodiscard]] Result<void> read(ByteCount offset, MutableBytes out) override;
    [[nodiscard]] Result<void> end_at(ByteCount size) override;
    [[nodiscard]] std::optional<ByteCount> window() const override { return {}; }
    [[nodiscard]] Result<void> release(ByteCount up_to) override;
    [[nodiscard]] Result<std::string> finish() override;
    /// Returns where the content is left, in words.
    std::optional<std::string> abandon() override;
    std::optional<std::string> take_back() override;
    [[nodiscard]] ByteCount left_to_sync() const override { return file_.left_to_sync(); }

  private:
    enum class State : std::uint8_t { untouched, begun, finished, abandoned };

    DeviceSink(FileSystem& files, const DeviceTarget& target, int fd);
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> write_head(std::span<std::uint8_t> head);
    [[nodiscard]] Result<void> reread_partitions();
    [[nodiscard]] std::string clear_head();
    [[nodiscard]] Result<void> check_room(ByteCount end) const;

    FileSystem& files_;
    DeviceTarget target_;
    ByteCount room_ = 0;  ///< of the device
    DiskFile file_;
    std::vector<std::uint8_t> head_;  ///< content that is written last
    State state_ = State::untouched;
    std::vector<iovec> pieces_;  ///< scratch of write()
};

}  // namespace mcast::storage
