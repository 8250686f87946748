/** All that a program needs to define, train, save and load models. */
module soma {
    requires transitive soma.core;
    requires com.google.gson;
    requires static org.jspecify;

    exports soma.data;
    exports soma.io;
    exports soma.nn;
    exports soma.optim;
    exports soma.train;
    exports soma.zoo;
}
