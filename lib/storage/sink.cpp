// SPDX-License-Identifier: MIT
#include "storage/sink.hpp"

#include <algorithm>

#include "storage/zero_page.hpp"

namespace mcast::storage {

Result<void> Sink::write_zeros(ByteCount begin, ByteCount end) {
    return each_zero_run(begin, end, [this](ByteCount offset, std::span<const iovec> run) {
        return write(offset, run);
    });
}

}  // namespace mcast::storage
