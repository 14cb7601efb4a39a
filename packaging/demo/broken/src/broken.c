/* Calls for a variable that nobody declared: the compiler has to say so. */
int main(void) {
    return undeclared_on_purpose;
}
