// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "wire/parse_error.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace mcast::wire {

/// The wire format of one item of a list: kSize, read(Reader&), write(Writer&, item).
template <typename T>
struct ListItem;

/// A list of equal-sized items in a message: a view either over wire bytes (a parsed message) or
/// over items in memory (a message to serialise). Items are decoded on access. A view owns nothing:
/// the bytes or items must outlive it.
template <typename T>
class List {
  public:
    static constexpr std::size_t kItemSize = ListItem<T>::kSize;

    constexpr List() = default;
    constexpr List(std::span<const T> items) : items_(items) {}  // NOLINT: meant to convert
    /// A view of all of `wire`, which must be a whole number of items.
    [[nodiscard]] static constexpr Parsed<List> from_wire(Bytes wire) {
        if (wire.size() % kItemSize != 0) return std::unexpected(ParseError::list_length);
        List list;
        list.wire_ = wire;
        return list;
    }
    /// A view of `count` items from the reader.
    [[nodiscard]] static constexpr Parsed<List> from_wire(Reader& in, std::size_t count) {
        if (count > in.remaining() / kItemSize) return std::unexpected(ParseError::list_length);
        return from_wire(in.take(count * kItemSize));
    }

    [[nodiscard]] constexpr std::size_t size() const {
        return items_.empty() ? wire_.size() / kItemSize : items_.size();
    }
    [[nodiscard]] constexpr bool empty() const { return size() == 0; }
    [[nodiscard]] constexpr T operator[](std::size_t index) const {
        MCAST_ASSERT(index < size());
        if (!items_.empty()) return items_[index];
        Reader in(wire_.subspan(index * kItemSize, kItemSize));
        return ListItem<T>::read(in);
    }

    class Iterator {
      public:
        using difference_type = std::ptrdiff_t;
        using value_type = T;
        using iterator_concept = std::forward_iterator_tag;

        constexpr Iterator() = default;
        constexpr Iterator(const List* list, std::size_t index) : list_(list), index_(index) {}
        [[nodiscard]] constexpr T operator*() const { return (*list_)[index_]; }
        constexpr Iterator& operator++() {
            ++index_;
            return *this;
        }
        constexpr Iterator operator++(int) {
            Iterator old = *this;
            ++index_;
            return old;
        }
        friend constexpr bool operator==(const Iterator&, const Iterator&) = default;

      private:
        const List* list_ = nullptr;
        std::size_t index_ = 0;
    };
    [[nodiscard]] constexpr Iterator begin() const { return {this, 0}; }
    [[nodiscard]] constexpr Iterator end() const { return {this, size()}; }

    constexpr void write(Writer& out) const {
        for (const T item : *this) ListItem<T>::write(out, item);
    }

  private:
    Bytes wire_;
    std::span<const T> items_;
};

template <>
struct ListItem<NodeId> {
    static constexpr std::size_t kSize = 4;
    static constexpr NodeId read(Reader& in) { return NodeId{in.u32()}; }
    static constexpr void write(Writer& out, NodeId node) { out.u32(raw(node)); }
};
template <>
struct ListItem<ObjectId> {
    static constexpr std::size_t kSize = 2;
    static constexpr ObjectId read(Reader& in) { return ObjectId{in.u16()}; }
    static constexpr void write(Writer& out, ObjectId object) { out.u16(raw(object)); }
};

using NodeList = List<NodeId>;
using ObjectList = List<ObjectId>;

}  // namespace mcast::wire
