namespace Skyline.Builder;

/// <summary>The builder, its engine or its chroot broke, not the build: the run ends as Lost and another builder tries. The message is a sentence for the operator.</summary>
sealed class BuilderBrokeException(string message, Exception? inner = null) : Exception(message, inner);
