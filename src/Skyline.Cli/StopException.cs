namespace Skyline.Cli;

/// <summary>The command ends here, with this code and this sentence: the thing, the cause, the cure.</summary>
sealed class StopException(ExitCode code, string sentence) : Exception(sentence)
{
    public ExitCode Code { get; } = code;

    public static StopException Usage(string sentence) => new(ExitCode.Usage, sentence);
}
