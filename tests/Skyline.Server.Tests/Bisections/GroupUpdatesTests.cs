using Skyline.Protocol;
using Skyline.Server.Bisections;
using Skyline.Server.Locks;

namespace Skyline.Server.Tests.Bisections;

/// <summary>What changed between two locks, and which changes belong together.</summary>
public sealed class GroupUpdatesTests
{
    static LockedPackage Package(string nevra, char digit) => new(nevra, new string(digit, 64), "paper");

    static readonly LockedPackage[] before = [Package("bash-5.2-1.x86_64", 'a'), Package("gcc-14.2-1.x86_64", 'b'), Package("libgcc-14.2-1.x86_64", 'c'), Package("make-4.4-1.x86_64", 'd'), Package("old-1-1.noarch", 'e')];
    static readonly LockedPackage[] after = [Package("bash-5.2-1.x86_64", 'a'), Package("gcc-14.3-1.x86_64", '1'), Package("libgcc-14.3-1.x86_64", '2'), Package("make-4.5-1.x86_64", '3'), Package("new-2-1.noarch", '4')];

    [Fact]
    public void A_lock_with_all_changes_is_the_later_one_and_with_none_the_earlier()
    {
        var changes = CompareLocks.Of(before, after);

        Assert.Equal(["gcc", "libgcc", "make", "new", "old"], changes.Select(change => change.Name));
        Assert.Equal(LockText.Of(after), LockText.Of(CompareLocks.Mixed(before, changes)));
        Assert.Equal(LockText.Of(before), LockText.Of(CompareLocks.Mixed(before, [])));
        Assert.Equal(["bash-5.2-1.x86_64", "gcc-14.2-1.x86_64", "libgcc-14.2-1.x86_64", "make-4.5-1.x86_64", "old-1-1.noarch"], CompareLocks.Mixed(before, [changes[2]]).Select(package => package.Nevra).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Packages_of_one_source_are_one_update_and_without_headers_those_of_one_version()
    {
        var facts = new Dictionary<string, PackageFacts> { [new('b', 64)] = new("gcc", [], []), [new('1', 64)] = new("gcc", [], []), [new('c', 64)] = new("gcc", [], []), [new('2', 64)] = new("gcc", [], []) };

        string[] expected = ["gcc 14.2-1 → 14.3-1", "make 4.4-1 → 4.5-1", "new 2-1 (new)", "old 1-1 (gone)"];
        Assert.Equal(expected, GroupUpdates.Of(before, CompareLocks.Of(before, after), facts).Select(update => update.Title));
        Assert.Equal(expected, GroupUpdates.Of(before, CompareLocks.Of(before, after), new Dictionary<string, PackageFacts>()).Select(update => update.Title));
    }

    [Fact]
    public void What_brings_and_what_needs_something_new_are_one_update_as_are_those_that_lose_it()
    {
        PackageFacts Of(string source, string[] requires, string[] provides) => new(source, requires, provides);
        var facts = new Dictionary<string, PackageFacts>
        {
            [new('a', 64)] = Of("bash", [], ["bash"]), [new('b', 64)] = Of("gcc", [], ["gcc", "libfoo.so.1"]), [new('1', 64)] = Of("gcc", [], ["gcc", "libfoo.so.2"]),
            [new('c', 64)] = Of("libgcc", [], ["libgcc"]), [new('2', 64)] = Of("libgcc", ["bash"], ["libgcc"]),
            [new('d', 64)] = Of("make", [], ["make"]), [new('3', 64)] = Of("make", ["libfoo.so.2"], ["make"]),
            [new('e', 64)] = Of("old", ["libfoo.so.1"], ["old"]), [new('4', 64)] = Of("new", ["bash"], ["new"]),
        };

        var updates = GroupUpdates.Of(before, CompareLocks.Of(before, after), facts);

        Assert.Equal(["gcc 14.2-1 → 14.3-1, make 4.4-1 → 4.5-1, old 1-1 (gone)", "libgcc 14.2-1 → 14.3-1", "new 2-1 (new)"], updates.Select(update => update.Title));
    }
}
