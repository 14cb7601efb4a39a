namespace Skyline.Builder.Tests.Mock;

/// <summary>What is read from logs that repeat a stranger's words.</summary>
public sealed class MockLogTests
{
    [Fact]
    public void What_dnf_did_not_find_is_named_as_it_was_asked_for()
    {
        var log = Log("""
            DEBUG util.py:595:  No matching package to install: 'pkgconfig(foo) >= 1.2'
            DEBUG util.py:595:  No matching package to install: 'pkgconfig(foo) >= 1.2'
            DEBUG util.py:595:  Not all dependencies satisfied
            DEBUG util.py:446:  No match for argument: /usr/bin/odd
            DEBUG util.py:446:    - nothing provides libx.so.1()(64bit) needed by bar-1-1.x86_64 from repo0
            """);

        Assert.Equal(["pkgconfig(foo) >= 1.2", "/usr/bin/odd", "libx.so.1()(64bit)"], MockLog.Wanted(log));
        Assert.Equal("No matching package to install: 'pkgconfig(foo) >= 1.2'", MockLog.Problems(log)[0]);
    }

    [Fact]
    public void What_is_asked_for_is_bounded_in_number_and_length_and_has_no_control_characters()
    {
        var long_ = new string('x', 300);
        var log = Log(string.Join('\n', Enumerable.Range(0, 1000).Select(number => $"DEBUG util.py:1:  No match for argument: a{number}"))
            + $"\nDEBUG util.py:1:  No match for argument: {long_}\nDEBUG util.py:1:  No match for argument: a\u001b[2J\n");

        var wanted = MockLog.Wanted(log);

        Assert.Equal(200, wanted.Count);
        Assert.All(wanted, what => Assert.Matches("^a[0-9]+$", what));
    }

    [Fact]
    public void A_build_that_says_how_it_ended_is_not_believed_for_mock_has_the_last_word()
    {
        Assert.Equal(1, MockLog.LastReturn(Log("Child return code was: 0\nChild return code was: 0 \nChild return code was: 1\n")));
        Assert.Null(MockLog.LastReturn(Log("x Child return code was: 0\n")));
        Assert.Null(MockLog.LastReturn("/no/such/log"));
    }

    [Fact]
    public void A_list_of_packages_is_held_against_the_lock_by_whole_names()
    {
        var file = Log("bash-5.2-1.x86_64 1795390064 1293581 installed\nwhich-0:2-1.noarch 1 2 installed\ngpg-pubkey-1-2.(none) 1 2 installed\n");
        RootPackage bash = new("bash", 0, "5.2", "1", "x86_64", "", 1, "r", []), which = new("which", 0, "2", "1", "noarch", "", 1, "r", []), zlib = which with { Name = "zlib", Epoch = 1 };

        Assert.Null(MockInstalled.Difference(file, [bash, which]));
        Assert.Equal("it lacks zlib-1:2-1.noarch, and it has besides which-2-1.noarch", MockInstalled.Difference(file, [bash, zlib]));
        Assert.Equal("it left no list of its packages", MockInstalled.Difference("/no/such/list", [bash]));
        Assert.Equal([bash, which], MockInstalled.Within(file, [bash, which, zlib]));
        Assert.Null(MockInstalled.Within(file, [bash]));
    }

    static string Log(string text)
    {
        var path = Path.Combine(Scratch.Folder("mock-log"), "log");
        File.WriteAllText(path, text.EndsWith('\n') ? text : text + "\n");
        return path;
    }
}
